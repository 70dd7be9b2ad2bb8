"""The two faces of Papertrail, the command line and the page; neither holds product logic."""
