package sip

import (
	"net/netip"

	"parley/internal/media"
)

// RTP is where the sound of calls goes in and out.
type RTP struct {
	Local  netip.Addr   // the address ports are opened on; zero: the one of SIP
	Public netip.Addr   // the address the other ends are told; zero: the one they reach us by
	Ports  *media.Ports // nil: any that are free
}

func (r RTP) open() (*media.UDP, error) {
	return media.ListenUDP(media.UDPConfig{Local: r.Local, Ports: r.Ports, Name: "parley"})
}
