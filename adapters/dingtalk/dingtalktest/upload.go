package dingtalktest

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strings"
)

const fileLimit = 20 << 20 // bytes

// file is something that was uploaded, or that a person sent.
type file struct {
	name    string
	content []byte
}

func (s *Server) upload(c *call) answer {
	kind := c.URL.Query().Get("type")
	allowed := map[string]string{
		"file": "doc docx xls xlsx ppt pptx zip pdf rar", "image": "jpg jpeg png gif bmp", "voice": "amr mp3 wav", "video": "mp4",
	}[kind]
	f, err := media(c)
	if err != nil {
		s.Problemf("upload: %v", err)
		return c.refuse(failure{errcode: 40035, message: "不合法的参数"})
	}
	ending := strings.ToLower(strings.TrimPrefix(path.Ext(f.name), "."))
	switch {
	case !slices.Contains(strings.Fields(allowed), ending):
		s.Problemf("upload: type %q does not take %q", kind, f.name)
		return c.refuse(failure{errcode: 40005, message: "不合法的文件类型"})
	case len(f.content) == 0 || len(f.content) > fileLimit:
		s.Problemf("upload: %s has %d bytes; 1 to %d are allowed", f.name, len(f.content), fileLimit)
		return c.refuse(failure{errcode: 40006, message: "不合法的文件大小"})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	id := s.ID("@media-")
	s.files[id] = f
	return ok(map[string]any{"errcode": 0, "errmsg": "ok", "media_id": id, "type": kind, "created_at": s.o.Now().UnixMilli()})
}

// media reads the part of that name of a multipart body.
func media(c *call) (file, error) {
	_, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil {
		return file{}, fmt.Errorf("content type: %w", err)
	}
	reader := multipart.NewReader(bytes.NewReader(c.Body), params["boundary"])
	for {
		part, err := reader.NextPart()
		if errors.Is(err, io.EOF) {
			return file{}, errors.New("there is no part media")
		}
		if err != nil {
			return file{}, fmt.Errorf("multipart: %w", err)
		}
		if part.FormName() != "media" {
			continue
		}
		content, err := io.ReadAll(part)
		if err != nil {
			return file{}, fmt.Errorf("multipart: %w", err)
		}
		return file{name: part.FileName(), content: content}, nil
	}
}

// download changes the code of a file that a person sent for an address.
func (s *Server) download(c *call) answer {
	var in struct{ DownloadCode, RobotCode string }
	if !s.Decode(c.Call, &in) {
		return c.refuse(invalid("invalidParameter", "参数错误"))
	}
	if f := s.mineOnly(in.RobotCode); f != nil {
		return c.refuse(*f)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	f, known := s.files[in.DownloadCode]
	if !known {
		return c.refuse(invalid("invalidParameter.downloadCode", "downloadCode 不合法"))
	}
	key := s.ID("file-")
	s.files[key] = f
	return ok(map[string]any{"downloadUrl": s.URL() + "/download/" + key})
}

func (s *Server) serveFile(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	f, known := s.files[c.PathValue("key")]
	if !known {
		return answer{status: http.StatusNotFound, kind: "text/plain", raw: []byte("not found")}
	}
	return answer{status: http.StatusOK, kind: "application/octet-stream", raw: f.content}
}

// store keeps a file that a person sends and gives it a download code; s.mu is held.
func (s *Server) store(f file) string {
	code := s.ID("download-")
	s.files[code] = f
	return code
}
