// Package call is the spoken conversation with a customer: which far ends are
// connected, who hears whom, who takes part. The edges (sip, webrtc) bring the
// legs, media carries the sound; who gets the call is the floor's business.
package call
