"""Mails: who gets one for what, its words in the reader's language, its links, and sending it."""
