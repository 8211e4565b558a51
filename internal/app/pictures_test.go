package app

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"image/png"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/web/matrixtest"
)

// get asks for a path as somebody, or as a page of a site when nobody signs.
func get(h http.Handler, host, path string, sign func(*http.Request)) *httptest.ResponseRecorder {
	r := httptest.NewRequest("GET", "http://"+host+path, nil)
	if sign == nil {
		r.Header.Set("Origin", site)
	} else {
		sign(r)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// TestPictures shows the way of a logo and of a photo from the file to the customer.
func TestPictures(t *testing.T) {
	a := running(t, db.SQLite)
	c := ownCentre(t, a)
	ctx, h := t.Context(), c.world.Handler
	k, err := c.open(ctx)
	must(t, err)
	set := func(kind, id string, change func(object)) error {
		now, err := c.call("GET", "/api/"+kind+"/"+id, nil)
		must(t, err)
		change(now)
		_, err = c.call("PUT", "/api/"+kind+"/"+id, now)
		return err
	}
	var entryID string
	list, err := c.call("GET", "/api/entries?q="+k.entry, nil)
	must(t, err)
	for _, e := range list["items"].([]any) {
		entryID, _ = e.(object)["id"].(string)
	}
	logo := func(id string) error {
		return set("entries", entryID, func(e object) { e["look"].(object)["logoFileId"] = id })
	}
	photo := func(id string) error {
		return set("users", k.agentID, func(u object) { u["photoFileId"] = id })
	}
	widget := "/widget/" + k.entry

	t.Run("[C-20/logo] the widget hears of the logo and gets it as the picture it is", func(t *testing.T) {
		id := c.picture(t, "logo", 1000, 250)
		if w := get(h, c.world.Host, widget+"/pictures/"+id, nil); w.Code != http.StatusNotFound {
			t.Errorf("a picture that nobody has: %d", w.Code)
		}
		must(t, logo(id))
		told := get(h, c.world.Host, widget+"/config", nil)
		if told.Code != http.StatusOK || !strings.Contains(told.Body.String(), `"logo":"`+id+`"`) {
			t.Fatalf("%d %s", told.Code, told.Body)
		}
		w := get(h, c.world.Host, widget+"/pictures/"+id, nil)
		m, err := png.Decode(w.Body)
		if err != nil || m.Bounds().Dx() != 256 || m.Bounds().Dy() != 64 {
			t.Fatalf("%d, %v", w.Code, err)
		}
		for name, want := range map[string]string{"Content-Type": "image/png", "X-Content-Type-Options": "nosniff", "Cross-Origin-Resource-Policy": "cross-origin"} {
			if got := w.Header().Get(name); got != want {
				t.Errorf("%s: %q", name, got)
			}
		}
		must(t, logo(""))
		if w := get(h, c.world.Host, widget+"/pictures/"+id, nil); w.Code != http.StatusNotFound {
			t.Errorf("a logo that was taken away: %d", w.Code)
		}
	})
	t.Run("[C-20/photos] an agent's photo goes to customers with the agent, until it is taken away", func(t *testing.T) {
		id := c.picture(t, "photo", 400, 300)
		must(t, photo(id))
		w := get(h, c.world.Host, widget+"/pictures/"+id, nil)
		m, err := jpeg.Decode(w.Body)
		if err != nil || m.Bounds().Dx() != 192 || m.Bounds().Dy() != 192 || w.Header().Get("Content-Type") != "image/jpeg" {
			t.Fatalf("%d, %v", w.Code, err)
		}
		for _, shown := range []bool{true, false} {
			must(t, set("services", k.serviceID, func(s object) { s["chat"].(object)["showPhoto"] = shown }))
			must(t, k.visit())
			must(t, k.accept())
			must(t, k.do("POST", "/api/conversations/"+k.talk+"/messages", object{"clientId": accesstest.Unique("p"), "text": "Good day"}))
			log, err := accesstest.Call(h, k.agent, "GET", "/api/conversations/"+k.talk+"/messages", nil)
			must(t, err)
			if strings.Contains(fmt.Sprint(log), id) != shown {
				t.Errorf("the service shows photos: %v, the chat: %v", shown, log)
			}
			must(t, k.do("POST", "/api/segments/"+k.segment+"/end", nil))
			must(t, k.do("POST", "/api/segments/"+k.segment+"/finish", object{"comment": "done"}))
		}
		if w := get(h, c.world.Host, "/api/pictures/"+id, k.agent.Sign); w.Code != http.StatusOK {
			t.Errorf("a colleague sees it: %d", w.Code)
		}
		must(t, photo(""))
		if w := get(h, c.world.Host, widget+"/pictures/"+id, nil); w.Code != http.StatusNotFound {
			t.Errorf("a photo that was taken away: %d", w.Code)
		}
	})
	t.Run("[P-30/photo] one's own photo may be changed unless that is locked", func(t *testing.T) {
		own := func() error {
			now, err := accesstest.Call(h, k.agent, "GET", "/api/profile", nil)
			must(t, err)
			made, err := accesstest.Call(h, k.agent, "POST", "/api/pictures", object{"shape": "photo", "file": grey(t, 90, 90)})
			must(t, err)
			_, err = accesstest.Call(h, k.agent, "PUT", "/api/profile", object{"version": now["version"], "photoFileId": made["id"]})
			return err
		}
		must(t, own())
		must(t, set("users", k.agentID, func(u object) { u["photoFileId"], u["lockedFields"] = "", []string{"photoFileId"} }))
		if err := own(); err == nil {
			t.Error("a locked photo was changed")
		}
	})
	t.Run("[C-20/photos] no file becomes a photo that is no picture, is too large or was never uploaded as one", func(t *testing.T) {
		for name, file := range map[string][]byte{"drawing": []byte(`<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>`), "page": []byte("<html>"), "nothing": {}} {
			if _, err := c.call("POST", "/api/pictures", object{"shape": "photo", "file": file}); err == nil || !strings.Contains(err.Error(), "422") {
				t.Errorf("%s: %v", name, err)
			}
		}
		ref, err := a.blobs.Put(ctx, c.world.Tenant, strings.NewReader("a customer's letter"), 100)
		must(t, err)
		large, err := a.blobs.Put(ctx, c.world.Tenant, bytes.NewReader(grey(t, 2000, 10)), 1<<20)
		must(t, err)
		for _, id := range []string{ref.Hash, large.Hash, strings.Repeat("0", 64), "../x"} {
			if err := photo(id); err == nil {
				t.Errorf("%s became a photo", id)
			}
			if err := logo(id); err == nil {
				t.Errorf("%s became a logo", id)
			}
		}
	})
	t.Run("[M-40] another contact centre sees none of it", func(t *testing.T) {
		id := c.picture(t, "photo", 50, 50)
		must(t, photo(id))
		other := a.tenant(t, "pictures.test")
		_, login, err := other.NewUser(ctx)
		must(t, err)
		token, err := other.SignIn(login)
		must(t, err)
		who := matrixtest.Caller{Host: other.Host, Sign: accesstest.Sign(token)}
		if w := get(other.Handler, other.Host, "/api/pictures/"+id, who.Sign); w.Code != http.StatusNotFound {
			t.Errorf("%d", w.Code)
		}
		if w := get(h, c.world.Host, "/api/pictures/"+id, func(*http.Request) {}); w.Code != http.StatusUnauthorized {
			t.Errorf("without a session: %d", w.Code)
		}
	})
}
