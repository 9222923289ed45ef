package feishutest

import (
	"bytes"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"slices"
	"strings"
)

// upload is a file or an image that a message may carry.
type upload struct {
	name    string
	content []byte
	image   bool
}

// parts reads the fields of a multipart body; the file is under fileField.
func parts(c *call, fileField string) (map[string]string, []byte, error) {
	_, params, err := mime.ParseMediaType(c.Header.Get("Content-Type"))
	if err != nil {
		return nil, nil, fmt.Errorf("content type: %w", err)
	}
	values := map[string]string{}
	var content []byte
	reader := multipart.NewReader(bytes.NewReader(c.Body), params["boundary"])
	for {
		part, err := reader.NextPart()
		if err == io.EOF { //nolint:errorlint // NextPart documents io.EOF itself
			return values, content, nil
		}
		if err != nil {
			return nil, nil, fmt.Errorf("multipart: %w", err)
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return nil, nil, fmt.Errorf("multipart: %w", err)
		}
		if part.FormName() == fileField {
			content = body
			continue
		}
		values[part.FormName()] = string(body)
	}
}

func (s *Server) uploadFile(c *call) answer {
	values, content, err := parts(c, "file")
	kinds := []string{"opus", "mp4", "pdf", "doc", "xls", "ppt", "stream"}
	switch {
	case err != nil:
		s.Problemf("upload: %v", err)
		return refuse(234001, "Invalid request param.")
	case !slices.Contains(kinds, values["file_type"]) || values["file_name"] == "":
		s.Problemf("upload: file_type %q, file_name %q", values["file_type"], values["file_name"])
		return refuse(234001, "Invalid request param.")
	case len(content) == 0:
		return refuse(234010, "File's size can't be 0.")
	case len(content) > 30<<20:
		return refuse(234006, "The file size exceed the max value.")
	}
	return ok(map[string]any{"file_key": s.store(upload{name: values["file_name"], content: content})})
}

func (s *Server) uploadImage(c *call) answer {
	values, content, err := parts(c, "image")
	switch {
	case err != nil:
		s.Problemf("upload: %v", err)
		return refuse(234001, "Invalid request param.")
	case values["image_type"] != "message" && values["image_type"] != "avatar":
		s.Problemf("upload: image_type %q", values["image_type"])
		return refuse(234001, "Invalid request param.")
	case len(content) == 0:
		return refuse(234010, "File's size can't be 0.")
	case len(content) > 10<<20:
		return refuse(234006, "The file size exceed the max value.")
	}
	return ok(map[string]any{"image_key": s.store(upload{content: content, image: true})})
}

func (s *Server) store(u upload) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	key := s.ID("file_v3_")
	if u.image {
		key = s.ID("img_v3_")
	}
	s.uploads[key] = u
	return key
}

// download gives a file only together with the message that carries it.
func (s *Server) download(c *call) answer {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, key, kind := s.messages[c.PathValue("id")], c.PathValue("key"), c.URL.Query().Get("type")
	up, found := s.uploads[key]
	switch {
	case m == nil || !found || !strings.Contains(m.Content, `"`+key+`"`):
		return refuse(234003, "File not in msg.")
	case kind != "file" && kind != "image":
		s.Problemf("download: type %q is neither file nor image", kind)
		return refuse(234001, "Invalid request param.")
	case m.Recalled:
		return refuse(230011, "The message was recalled.")
	case up.image != (kind == "image"):
		return refuse(234001, "Invalid request param.")
	}
	return answer{status: http.StatusOK, raw: up.content, header: map[string]string{
		"Content-Type":        "application/octet-stream",
		"Content-Disposition": mime.FormatMediaType("attachment", map[string]string{"filename": up.name}),
	}}
}
