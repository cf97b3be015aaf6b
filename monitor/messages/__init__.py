"""What the core says, written as the messages that leave the product."""
