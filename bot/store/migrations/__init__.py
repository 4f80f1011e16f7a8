"""Numbered steps of the schema, `NNNN_name.<engine>.sql`; never edited once released."""
