"""Which values and templates give the pods of a chart their pull secrets, by experiment."""
