"""Running the product: start-up, the request edge, the worker, serving, health, doctor, backup and restore."""
