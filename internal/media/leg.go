package media

// Leg is one far end's sound.
type Leg struct{}
