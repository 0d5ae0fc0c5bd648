"""The stores, on both databases behind one suite."""
