# Papertrail, and Chroma's server with it: the wheel of chromadb has both. See compose.yaml.
FROM python:3.11-slim

WORKDIR /opt/papertrail
COPY requirements.txt .
RUN pip install --no-cache-dir --require-hashes --no-deps --only-binary :all: --requirement requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY rag rag
COPY ui ui
COPY evals evals
RUN pip install --no-cache-dir --no-deps --no-build-isolation . && useradd --create-home papertrail

USER papertrail
# Volumes that are mounted here for the first time take over owner and rights of these folders.
RUN mkdir /home/papertrail/.papertrail /home/papertrail/chroma
CMD ["papertrail", "--help"]
