package picture

import (
	"context"
	"net/http"

	"parley/internal/fail"
	"parley/internal/web"
)

// API is the way of pictures in, and out to signed-in people.
type API struct {
	Pictures *Service
	// Others tell whether a picture is somebody's of a room above.
	Others []func(ctx context.Context, tenant, id string) (bool, error)
}

// maxBody is the largest file in base64, and what stands around it.
const maxBody = MaxBytes/3*4 + 1<<10

// Register puts the operations on the server.
func (a API) Register(s *web.Server) {
	web.Command(s, web.Op{Path: "/api/pictures", ID: "addPicture", Tag: "pictures", MaxBody: maxBody,
		Summary: "Make a photo of a person or a logo of an entry from a file; its id goes to photoFileId or look.logoFileId within a day"}, a.add)
	s.Handle("GET /api/pictures/{id}", http.HandlerFunc(a.download))
}

type addInput struct {
	Body struct {
		Shape string `json:"shape" enum:"photo,logo" doc:"photo: the square in the middle, logo: the whole"`
		File  []byte `json:"file" doc:"A PNG, JPEG or GIF picture: 10 MB, 32 million pixels at most"`
	}
}

type addOutput struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (a API) add(ctx context.Context, in *addInput) (out *addOutput, err error) {
	out = &addOutput{}
	out.Body.ID, err = a.Pictures.Add(ctx, web.Who(ctx).TenantID, in.Body.Shape, in.Body.File)
	return out, err
}

// download is GET /api/pictures/{id}: colleagues see each other's photos, and
// the logos of the tenant.
func (a API) download(w http.ResponseWriter, r *http.Request) {
	who, id := web.Who(r.Context()), r.PathValue("id")
	known, err := a.Pictures.Has(r.Context(), who.TenantID, id, true)
	for _, other := range a.Others {
		if err == nil && !known {
			known, err = other(r.Context(), who.TenantID, id)
		}
	}
	if err == nil && !known {
		err = fail.NotFound("picture")
	}
	if err == nil {
		w.Header().Set("Cache-Control", "private, "+Cached)
		err = a.Pictures.Send(w, r, who.TenantID, id)
	}
	if err != nil {
		w.Header().Del("Cache-Control")
		web.WriteProblem(w, r, err)
	}
}
