package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"parley/internal/access/accesstest"
	"parley/internal/db"
	"parley/internal/sip/siptest"
	"parley/internal/web/matrixtest"
)

// send gives a file to an endpoint as its body.
func (c *floorCases) send(t *testing.T, who matrixtest.Caller, method, path, mediaType string, body []byte) object {
	t.Helper()
	r := httptest.NewRequest(method, "http://"+who.Host+path, bytes.NewReader(body))
	r.Header.Set("Content-Type", mediaType)
	who.Sign(r)
	w := httptest.NewRecorder()
	c.world.Handler.ServeHTTP(w, r)
	var out object
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil || w.Code > 299 {
		t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return out
}

func nameOf(b []byte) string {
	h := sha256.Sum256(b)
	return hex.EncodeToString(h[:])
}

// stored lists the files of a tenant.
func stored(t *testing.T, a *App, tenant string) (all []string) {
	t.Helper()
	err := filepath.WalkDir(filepath.Join(a.folder.blobs(), tenant), func(path string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			all = append(all, path)
		}
		return nil
	})
	must(t, err)
	return all
}

// picture uploads a grey one of a size and gives its id.
func (c *floorCases) picture(t *testing.T, shape string, width, height int) string {
	t.Helper()
	made, err := c.call("POST", "/api/pictures", object{"shape": shape, "file": grey(t, width, height)})
	must(t, err)
	id, _ := made["id"].(string)
	return id
}

func grey(t testing.TB, width, height int) []byte {
	t.Helper()
	var b bytes.Buffer
	must(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, width, height))))
	return b.Bytes()
}

// TestFilesAreSwept shows that of the stored files those go that nothing names,
// and never another one.
func TestFilesAreSwept(t *testing.T) {
	for _, engine := range []string{db.SQLite, db.Postgres} {
		t.Run(engine, func(t *testing.T) {
			a := running(t, engine)
			c := ownCentre(t, a)
			ctx, tenant := t.Context(), c.world.Tenant
			k, err := c.talking(ctx)
			must(t, err)

			used := map[string]string{} // by name: whose it is
			put := func(text string) string {
				ref, err := a.blobs.Put(ctx, tenant, strings.NewReader(text), 1<<20)
				must(t, err)
				return ref.Hash
			}
			c.send(t, k.agent, "POST", "/api/conversations/"+k.talk+"/files?name=offer.txt&clientId=f1", "text/plain", []byte("our offer"))
			used[nameOf([]byte("our offer"))] = "a file of a chat"
			for _, name := range []string{"Welcome", "Old welcome"} {
				made, err := c.call("POST", "/api/prompts", object{"name": name})
				must(t, err)
				id, _ := made["id"].(string)
				sound := siptest.Tone(400, time.Second+time.Duration(len(name))*time.Millisecond)
				p := c.send(t, c.owner, "PUT", "/api/prompts/"+id+"/sound", "audio/wav", sound)
				used[nameOf(sound)] = "a prompt"
				if name == "Old welcome" {
					_, err = accesstest.Call(c.world.Handler, c.owner, "DELETE", fmt.Sprintf("/api/prompts/%s?version=%v", id, p["version"]), nil)
					must(t, err)
				}
			}
			logo := c.picture(t, "logo", 300, 40)
			used[logo] = "a logo"
			_, err = c.call("POST", "/api/entries", object{"name": "Shop with a logo", "serviceId": k.serviceID, "look": object{"logoFileId": logo, "color": "#0f766e",
				"textColor": "#ffffff", "position": "right", "radius": 8, "theme": "auto", "sound": true}})
			must(t, err)
			photo := c.picture(t, "photo", 60, 80)
			used[photo] = "a photo"
			me, err := c.call("GET", "/api/users/"+k.agentID, nil)
			must(t, err)
			_, err = c.call("PUT", "/api/users/"+k.agentID, object{"version": me["version"], "photoFileId": photo})
			must(t, err)
			must(t, k.do("PUT", "/api/drafts/"+k.talk, object{"text": "half a sentence"}))

			nobodys := put("nobody's")
			old := time.Now().Add(-sweepGrace - time.Hour)
			for _, path := range stored(t, a, tenant) {
				must(t, os.Chtimes(path, old, old))
			}
			moment := put("uploaded this moment, its row is on the way")
			again := put("nobody's, then wanted again")
			for _, path := range stored(t, a, tenant) {
				if filepath.Base(path) == again {
					must(t, os.Chtimes(path, old, old))
				}
			}
			put("nobody's, then wanted again")

			must(t, a.sweepFiles(ctx))
			must(t, a.sweepFiles(ctx))
			t.Run("what a row names stays, also of things that are archived", func(t *testing.T) {
				for hash, whose := range used {
					if f, err := a.blobs.Open(ctx, tenant, hash); err != nil {
						t.Errorf("%s is gone: %v", whose, err)
					} else {
						must(t, f.Close())
					}
				}
			})
			t.Run("what came a moment ago stays, its row may be on the way", func(t *testing.T) {
				for _, hash := range []string{moment, again} {
					if f, err := a.blobs.Open(ctx, tenant, hash); err != nil {
						t.Errorf("%s is gone: %v", hash, err)
					} else {
						must(t, f.Close())
					}
				}
			})
			t.Run("what nothing names goes", func(t *testing.T) {
				if f, err := a.blobs.Open(ctx, tenant, nobodys); err == nil {
					t.Error("it is still there")
					must(t, f.Close())
				}
			})
		})
	}
}

// TestRemovedTenantLeavesNoFiles shows that with a tenant its files go.
func TestRemovedTenantLeavesNoFiles(t *testing.T) {
	a := running(t, db.SQLite)
	c := ownCentre(t, a)
	two := a.tenant(t, "leaving.test")
	_, err := a.blobs.Put(t.Context(), two.Tenant, strings.NewReader("theirs"), 100)
	must(t, err)
	if n := len(stored(t, a, two.Tenant)); n != 1 {
		t.Fatalf("%d files", n)
	}
	t.Run("[M-40/delete] the files of a removed contact centre are gone", func(t *testing.T) {
		path := "/api/tenants/" + two.Tenant
		_, err := c.call("POST", path+"/suspend", nil)
		must(t, err)
		_, err = c.call("DELETE", path+"?confirm="+url.QueryEscape("Centre leaving.test"), nil)
		must(t, err)
		until(t, "the removal", func() bool { return len(stored(t, a, two.Tenant)) == 0 })
	})
}

// A room that stores files must be asked which are in use, or the sweep would
// take them for nobody's.
func TestEveryRoomWithFilesIsAsked(t *testing.T) {
	// call, picture and org: by org.FilesNamed; chat and email: by BlobsInUse.
	asked := []string{"parley/internal/app", "parley/internal/call", "parley/internal/chat", "parley/internal/email", "parley/internal/picture"}
	for _, p := range listPackages(t) {
		if slices.Contains(p.Imports, "parley/internal/blob") && !slices.Contains(asked, p.ImportPath) {
			t.Errorf("%s stores files: let filesInUse ask it, then name it here", p.ImportPath)
		}
	}
}
