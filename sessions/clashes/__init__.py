"""What is booked and kept free in a region, and which sessions stand in each other's way: for every page that plans."""
