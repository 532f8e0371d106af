"""Cities, retailers and stores: data with names by language and aliases by date, never enums."""
