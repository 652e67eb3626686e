"""What the templates of the checker may use besides what Django brings."""
