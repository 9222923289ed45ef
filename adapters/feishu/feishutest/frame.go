package feishutest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// frame is the one message of the long connection, protobuf proto2:
//
//	1 SeqID uint64   2 LogID uint64   3 service int32   4 method int32
//	5 headers {1 key, 2 value}   6 payload_encoding   7 payload_type   8 payload   9 LogIDNew
//
// Fields 1 to 4 are required, so they are written even when they are zero, and
// missed when they are not there.
type frame struct { //nolint:recvcheck // decoding fills it, the rest reads it
	SeqID, LogID    uint64
	Service, Method int32
	Headers         []header
	Encoding, Type  string
	Payload         []byte
	LogIDNew        string
}

type header struct{ Key, Value string }

const (
	methodControl = 0
	methodData    = 1
)

func (f frame) header(key string) string {
	for _, h := range f.Headers {
		if h.Key == key {
			return h.Value
		}
	}
	return ""
}

const (
	wireVarint = 0
	wireFixed8 = 1
	wireBytes  = 2
	wireFixed4 = 5
)

func (f frame) encode() []byte {
	var out []byte
	out = appendNumber(out, 1, f.SeqID)
	out = appendNumber(out, 2, f.LogID)
	out = appendNumber(out, 3, uint64(int64(f.Service))) //nolint:gosec // sign extension is how protobuf writes an int32
	out = appendNumber(out, 4, uint64(int64(f.Method)))  //nolint:gosec // the same
	for _, h := range f.Headers {
		var inner []byte
		inner = appendBytes(inner, 1, []byte(h.Key))
		inner = appendBytes(inner, 2, []byte(h.Value))
		out = appendBytes(out, 5, inner)
	}
	if f.Encoding != "" {
		out = appendBytes(out, 6, []byte(f.Encoding))
	}
	if f.Type != "" {
		out = appendBytes(out, 7, []byte(f.Type))
	}
	if f.Payload != nil {
		out = appendBytes(out, 8, f.Payload)
	}
	if f.LogIDNew != "" {
		out = appendBytes(out, 9, []byte(f.LogIDNew))
	}
	return out
}

func appendNumber(out []byte, field, value uint64) []byte {
	out = binary.AppendUvarint(out, field<<3|wireVarint)
	return binary.AppendUvarint(out, value)
}

func appendBytes(out []byte, field uint64, value []byte) []byte {
	out = binary.AppendUvarint(out, field<<3|wireBytes)
	out = binary.AppendUvarint(out, uint64(len(value)))
	return append(out, value...)
}

var errShort = errors.New("the frame ends in the middle of a field")

func decodeFrame(raw []byte) (frame, error) {
	var f frame
	var seen [10]bool
	err := fields(raw, func(field uint64, number uint64, value []byte) error {
		if field < uint64(len(seen)) {
			seen[field] = true
		}
		return f.set(field, number, value)
	})
	if err != nil {
		return frame{}, err
	}
	for i := 1; i <= 4; i++ {
		if !seen[i] {
			return frame{}, fmt.Errorf("required field %d is missing", i)
		}
	}
	return f, nil
}

func (f *frame) set(field, number uint64, value []byte) error {
	switch field {
	case 1:
		f.SeqID = number
	case 2:
		f.LogID = number
	case 3:
		f.Service = int32(number & math.MaxUint32) //nolint:gosec // the low half is the int32
	case 4:
		f.Method = int32(number & math.MaxUint32) //nolint:gosec // the same
	case 5:
		var h header
		err := fields(value, func(field, _ uint64, value []byte) error {
			switch field {
			case 1:
				h.Key = string(value)
			case 2:
				h.Value = string(value)
			}
			return nil
		})
		if err != nil {
			return err
		}
		f.Headers = append(f.Headers, h)
	case 6:
		f.Encoding = string(value)
	case 7:
		f.Type = string(value)
	case 8:
		f.Payload = append([]byte{}, value...)
	case 9:
		f.LogIDNew = string(value)
	}
	return nil
}

// fields walks over a protobuf message.
func fields(raw []byte, each func(field, number uint64, value []byte) error) error {
	for len(raw) > 0 {
		key, n := binary.Uvarint(raw)
		if n <= 0 {
			return errShort
		}
		raw = raw[n:]
		var number uint64
		var value []byte
		switch key & 7 {
		case wireVarint:
			if number, n = binary.Uvarint(raw); n <= 0 {
				return errShort
			}
		case wireBytes:
			size, m := binary.Uvarint(raw)
			if m <= 0 || size > uint64(len(raw)-m) { //nolint:gosec // m is not more than the length
				return errShort
			}
			n = m + int(size) //nolint:gosec // not more than the length of raw
			value = raw[m:n]
		case wireFixed8:
			n = 8
		case wireFixed4:
			n = 4
		default:
			return fmt.Errorf("wire type %d is not known", key&7)
		}
		if n > len(raw) {
			return errShort
		}
		if err := each(key>>3, number, value); err != nil {
			return err
		}
		raw = raw[n:]
	}
	return nil
}
