package chat

import (
	"bufio"
	"context"
	"errors"
	"io"

	"github.com/uptrace/bun"

	"parley/internal/blob"
	"parley/internal/db"
	"parley/internal/fail"
)

// Upload is a file on its way in. Its body is read once, at most up to the
// service's limit.
type Upload struct {
	ClientID string
	Name     string
	Size     int64 // as announced, -1 = unknown; only to refuse early
	Body     io.Reader
}

// stored is a file whose contents are safe.
type stored struct {
	kind FileKind
	blob string
	size int64
}

// take looks at a file and stores what may pass.
func (s *Service) take(ctx context.Context, tenant, serviceID string, u Upload) (stored, error) {
	rules, err := s.directory.Service(ctx, tenant, serviceID)
	if err != nil {
		return stored{}, err
	}
	if u.Size > rules.FileMaxBytes {
		return stored{}, tooLarge(rules.FileMaxBytes)
	}
	if err := s.directory.RoomForFile(ctx, tenant, u.Size); err != nil {
		return stored{}, err
	}
	body := bufio.NewReaderSize(u.Body, HeadBytes)
	head, err := body.Peek(HeadBytes)
	if err != nil && !errors.Is(err, io.EOF) {
		return stored{}, fail.Unreadable(err)
	}
	kind, err := InspectFile(u.Name, head, rules.FileTypes)
	if err != nil {
		return stored{}, err
	}
	ref, err := s.blobs.Put(ctx, tenant, body, rules.FileMaxBytes)
	if e, ok := errors.AsType[*fail.Error](err); ok && e.Status == 413 {
		return stored{}, tooLarge(rules.FileMaxBytes)
	}
	return stored{kind, ref.Hash, ref.Size}, err
}

func tooLarge(maxBytes int64) error {
	e := fail.New("PAR-5003", map[string]any{"max": maxBytes >> 20})
	e.Field = "file"
	return e
}

// attach adds the file to the conversation by way of say, which adds a message.
func (e *edit) attach(ctx context.Context, f stored, clientID string, say func(Message) (Message, error)) (Message, error) {
	ref := FileRef{ID: db.NewID(), Name: f.kind.Name, Size: f.size, Type: f.kind.Type, Width: f.kind.Width, Height: f.kind.Height}
	m, err := say(Message{Kind: KindFile, ClientID: clientID, File: &ref})
	if err != nil || m.File == nil || m.File.ID != ref.ID {
		return m, err // refused, or sent before
	}
	if err := e.s.directory.UseFileRoom(ctx, e.tx, e.c.TenantID, f.size); err != nil {
		return m, err
	}
	row := fileRow{TenantID: e.c.TenantID, ID: ref.ID, ConversationID: e.c.ID, Blob: f.blob, Name: ref.Name, Type: ref.Type,
		Size: ref.Size, Width: ref.Width, Height: ref.Height, At: e.at}
	_, err = e.tx.NewInsert().Model(&row).Exec(ctx)
	return m, err
}

// CustomerSends adds the customer's file (C-11).
func (s *Service) CustomerSends(ctx context.Context, v Visitor, u Upload) (m Message, err error) {
	if u.ClientID, err = CleanClientID(u.ClientID); err != nil {
		return m, err
	}
	c, err := latest(ctx, s.db.Read(), v.TenantID, v.ID)
	if err != nil {
		return m, err
	}
	if c == nil {
		return m, fail.NotFound("conversation")
	}
	author := Author{Kind: FromCustomer, ID: v.ID}
	if was, err := byClientID(ctx, s.db.Read(), v.TenantID, c.ID, author, u.ClientID); err != nil || was != nil {
		return valueOf(was), err
	}
	if !c.State.CustomerMayWrite() {
		return m, notNow(c.State)
	}
	f, err := s.take(ctx, v.TenantID, c.ServiceID, u)
	if err != nil {
		return m, err
	}
	err = s.withVisitor(ctx, v, func(ctx context.Context, e *edit) error {
		m, err = e.attach(ctx, f, u.ClientID, func(m Message) (Message, error) { return e.customerAdds(ctx, v, m) })
		return err
	})
	return m.ForCustomer(), err
}

// AgentSends adds an agent's file.
func (s *Service) AgentSends(ctx context.Context, tenant, userID, conversationID string, u Upload) (m Message, err error) {
	if u.ClientID, err = CleanClientID(u.ClientID); err != nil {
		return m, err
	}
	c, err := get(ctx, s.db.Read(), tenant, conversationID)
	if err != nil {
		return m, err
	}
	author := Author{Kind: FromAgent, ID: userID}
	if was, err := byClientID(ctx, s.db.Read(), tenant, c.ID, author, u.ClientID); err != nil || was != nil {
		return valueOf(was), err
	}
	ps, err := participants(ctx, s.db.Read(), tenant, c.ID)
	if err != nil {
		return m, err
	}
	if (&edit{parts: ps}).partOf(userID) == nil {
		return m, fail.NotFound("conversation")
	}
	f, err := s.take(ctx, tenant, c.ServiceID, u)
	if err != nil {
		return m, err
	}
	err = s.withConversation(ctx, tenant, conversationID, func(e *edit, ctx context.Context) error {
		m, err = e.attach(ctx, f, u.ClientID, func(m Message) (Message, error) { return e.agentAdds(ctx, userID, m) })
		return err
	})
	return m, err
}

func valueOf(m *Message) Message {
	if m == nil {
		return Message{}
	}
	return *m
}

// File is a stored file ready to be handed out. The caller closes Body.
type File struct {
	FileRef
	At   int64
	Body blob.Reader
}

// FileForAgent opens a file of a conversation the reader may read.
func (s *Service) FileForAgent(ctx context.Context, r Reader, fileID string) (File, error) {
	row, err := s.fileRow(ctx, r.TenantID, fileID)
	if err == nil {
		err = s.mayRead(ctx, s.db.Read(), r, row.ConversationID)
	}
	if err != nil {
		return File{}, fileNotFound(err)
	}
	return s.open(ctx, row)
}

// FileForCustomer opens a file of one of the visitor's own conversations.
func (s *Service) FileForCustomer(ctx context.Context, v Visitor, fileID string) (File, error) {
	row, err := s.fileRow(ctx, v.TenantID, fileID)
	if err != nil {
		return File{}, err
	}
	c, err := get(ctx, s.db.Read(), v.TenantID, row.ConversationID)
	if err == nil && c.VisitorID != v.ID {
		err = fail.NotFound("file")
	}
	if err != nil {
		return File{}, fileNotFound(err)
	}
	return s.open(ctx, row)
}

// fileNotFound lets nobody tell a foreign file from none.
func fileNotFound(err error) error {
	if fail.Code(err) == fail.CodeNotFound {
		return fail.NotFound("file")
	}
	return err
}

func (s *Service) fileRow(ctx context.Context, tenant, id string) (fileRow, error) {
	var row fileRow
	if !idForm.MatchString(id) {
		return row, fail.NotFound("file")
	}
	err := s.db.Read().NewSelect().Model(&row).Where("f.tenant_id = ? AND f.id = ?", tenant, id).Scan(ctx)
	if db.IsNone(err) {
		return row, fail.NotFound("file")
	}
	return row, err
}

func (s *Service) open(ctx context.Context, row fileRow) (File, error) {
	body, err := s.blobs.Open(ctx, row.TenantID, row.Blob)
	return File{FileRef: FileRef{ID: row.ID, Name: row.Name, Size: row.Size, Type: row.Type, Width: row.Width, Height: row.Height},
		At: row.At, Body: body}, err
}

// BlobsInUse tells which contents are still named by a file of the tenant, for
// the sweeping of blobs.
func (s *Service) BlobsInUse(tenant string) blob.InUse {
	return func(ctx context.Context, hashes []string) (map[string]bool, error) {
		var used []string
		err := s.db.Read().NewSelect().Model((*fileRow)(nil)).Column("blob").Distinct().
			Where("f.tenant_id = ? AND f.blob IN (?)", tenant, bun.List(hashes)).Scan(ctx, &used)
		out := make(map[string]bool, len(used))
		for _, h := range used {
			out[h] = true
		}
		return out, err
	}
}
