"""Checking answers and drafts of others: is each sentence borne out by the papers it cites?"""
