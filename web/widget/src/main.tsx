// The entry of the customer's chat widget.
export {};
