"""What a coordinator may write anew in her region's messages: `text` declares, `writing` decides, `words` says."""
