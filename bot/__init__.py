"""What a conversation is; knows no web, no WeChat and no SQL."""
