"""Lists of new hires from spreadsheets: read in a process apart, understood, checked and shown before they count."""
