"""Adapters: a file or folder per place where data leaves. None is shipped yet."""
