"""Reading a message once: what is asked, of which papers, under which conditions and in which form."""
