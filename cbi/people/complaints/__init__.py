"""Complaints: what people say of the programme, who answers, and by when.

A complaint belongs to a person, or to the person a voucher is for. What was said and answered is
sealed under that person's key, so it ends when they are erased; kind, way and days stay readable
for reports. Complaints about staff are shown to a manager alone.
"""
