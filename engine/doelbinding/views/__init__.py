"""What people and pipelines see: values in, text out; nothing here decides."""
