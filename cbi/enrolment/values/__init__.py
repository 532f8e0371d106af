"""What single cells of a list say: births, counts, documents, cities, words of lists. Pure."""
