"""What members do: one function a deed, which owns its transaction."""
