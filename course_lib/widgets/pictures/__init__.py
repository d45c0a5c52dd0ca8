"""Still pictures of the widgets, for readers without a kernel."""
