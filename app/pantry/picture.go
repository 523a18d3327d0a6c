package pantry

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
)

// What a photo can be at most: bytes, and pixels in width and height.
const (
	MaxPhotoBytes = 1 << 20
	MaxPhotoSide  = 2000
)

// maxScans bounds how often a JPEG goes through its picture: a progressive one does some ten times, and one that
// is made to keep the decoder busy as often as it has bytes for.
const maxScans = 100

// picture is one that can be shown, without what it told beside.
type picture struct {
	data          []byte
	width, height int
}

// pictureType tells a picture by its first bytes; it is empty for what is none.
func pictureType(data []byte) string {
	switch {
	case bytes.HasPrefix(data, []byte("\xff\xd8\xff")):
		return "image/jpeg"
	case bytes.HasPrefix(data, []byte("\x89PNG\r\n\x1a\n")):
		return "image/png"
	case len(data) > 12 && string(data[:4]) == "RIFF" && string(data[8:12]) == "WEBP":
		return "image/webp"
	}
	return ""
}

// picture checks that data is a whole picture and takes from it whatever else it tells. One at a time is
// decoded, as it takes up to 32 MB.
func (s *Service) picture(data []byte) (picture, error) {
	p, decode, err := plainPicture(data)
	if err != nil {
		return picture{}, err
	}
	s.decoding.Lock()
	defer s.decoding.Unlock()
	if decode() != nil {
		return picture{}, problem(PhotoInvalid)
	}
	return p, nil
}

// plainPicture is [Service.picture] by the parts of the file alone: the pixels are not looked at before decode is
// called. A file of 600 bytes can have four million of them.
func plainPicture(data []byte) (p picture, decode func() error, err error) {
	if len(data) > MaxPhotoBytes {
		return p, nil, problem(PhotoTooLarge)
	}
	var ok bool
	var config func() (image.Config, error)
	switch pictureType(data) {
	case "image/jpeg":
		p.data, ok = plainJPEG(data)
		config = func() (image.Config, error) { return jpeg.DecodeConfig(bytes.NewReader(p.data)) }
		decode = func() error { _, err := jpeg.Decode(bytes.NewReader(p.data)); return err }
	case "image/png":
		p.data, ok = plainPNG(data)
		config = func() (image.Config, error) { return png.DecodeConfig(bytes.NewReader(p.data)) }
		decode = func() error { _, err := png.Decode(bytes.NewReader(p.data)); return err }
	case "image/webp":
		var w webp
		w, ok = plainWebP(data)
		p.data = w.data
		config = func() (image.Config, error) { return image.Config{Width: w.width, Height: w.height}, nil }
		decode = func() error { return nil }
	}
	if !ok {
		return p, nil, problem(PhotoInvalid)
	}
	c, err := config()
	if err != nil || c.Width < 1 || c.Height < 1 {
		return p, nil, problem(PhotoInvalid)
	}
	if c.Width > MaxPhotoSide || c.Height > MaxPhotoSide {
		return p, nil, problem(PhotoTooLarge)
	}
	p.width, p.height = c.Width, c.Height
	return p, decode, nil
}

// plainJPEG keeps the segments that make the picture (ITU-T T.81 B.1): of those of applications JFIF's, colour
// profiles and Adobe's, which says how the colours are told. What follows the picture is cut off.
func plainJPEG(data []byte) ([]byte, bool) {
	const (
		startOfScan = 0xda
		endOfImage  = 0xd9
		comment     = 0xfe
	)
	out := append(make([]byte, 0, len(data)), data[:2]...)
	scans := 0
	for at := 2; ; {
		for at+1 < len(data) && data[at] == 0xff && data[at+1] == 0xff { // any number of them may fill up
			at++
		}
		if at+2 > len(data) || data[at] != 0xff {
			return nil, false
		}
		marker := data[at+1]
		if marker == endOfImage {
			return append(out, 0xff, endOfImage), scans > 0
		}
		if at+4 > len(data) || marker < 0xc0 || marker >= 0xd0 && marker <= 0xd8 {
			return nil, false
		}
		end := at + 2 + int(binary.BigEndian.Uint16(data[at+2:]))
		if end < at+4 || end > len(data) {
			return nil, false
		}
		body := data[at+4 : end]
		keep := marker < 0xe0 || marker > 0xef && marker != comment
		switch marker {
		case 0xe0:
			keep = bytes.HasPrefix(body, []byte("JFIF\x00"))
		case 0xe2:
			keep = bytes.HasPrefix(body, []byte("ICC_PROFILE\x00"))
		case 0xee:
			keep = bytes.HasPrefix(body, []byte("Adobe"))
		}
		if marker == startOfScan {
			if scans++; scans > maxScans {
				return nil, false
			}
			for end+1 < len(data) && (data[end] != 0xff || data[end+1] == 0 || data[end+1] >= 0xd0 && data[end+1] <= 0xd7) {
				end++
			}
		}
		if keep {
			out = append(out, data[at:end]...)
		}
		at = end
	}
}

// plainPNG keeps the chunks that make the picture (PNG, third edition, 11).
func plainPNG(data []byte) ([]byte, bool) {
	const signature = 8
	out := append(make([]byte, 0, len(data)), data[:signature]...)
	for at := signature; at+12 <= len(data); {
		size := int64(binary.BigEndian.Uint32(data[at:]))
		if size > int64(len(data)-at-12) {
			return nil, false
		}
		end := at + 12 + int(size)
		switch string(data[at+4 : at+8]) {
		case "IHDR", "PLTE", "IDAT", "tRNS", "cHRM", "gAMA", "iCCP", "sBIT", "sRGB", "cICP", "bKGD", "pHYs":
			out = append(out, data[at:end]...)
		case "IEND":
			return append(out, data[at:end]...), true
		}
		at = end
	}
	return nil, false
}

// webp is a WebP file with the size that its picture says.
type webp struct {
	data          []byte
	width, height int
}

// plainWebP keeps the chunks that make a still picture (RFC 9649, 2): one bitstream, with its transparency and its
// colour profile. The lengths must be those of the file; the picture itself is not decoded.
func plainWebP(data []byte) (webp, bool) {
	if int64(binary.LittleEndian.Uint32(data[4:])) != int64(len(data)-8) || len(data)%2 != 0 {
		return webp{}, false
	}
	w := webp{data: append(make([]byte, 0, len(data)), data[:12]...)}
	canvas, pictures := webp{}, 0
	for at := 12; at < len(data); {
		if at+8 > len(data) {
			return webp{}, false
		}
		size := int64(binary.LittleEndian.Uint32(data[at+4:]))
		end := int64(at) + 8 + size + size%2
		if end > int64(len(data)) {
			return webp{}, false
		}
		kind, body, chunk := string(data[at:at+4]), data[at+8:at+8+int(size)], data[at:end]
		at = int(end)
		ok := true
		switch kind {
		case "VP8X":
			const iccProfile, alpha, animation = 0x20, 0x10, 0x02
			if len(body) != 10 || len(w.data) > 12 || body[0]&animation != 0 {
				return webp{}, false
			}
			canvas.width, canvas.height = 1+int(uint24(body[4:])), 1+int(uint24(body[7:]))
			w.data = append(w.data, chunk...)
			w.data[len(w.data)-10] &= iccProfile | alpha
			continue
		case "VP8 ":
			w.width, w.height, ok = sizeOfVP8(body)
			pictures++
		case "VP8L":
			w.width, w.height, ok = sizeOfVP8L(body)
			pictures++
		case "ANIM", "ANMF":
			ok = false
		case "ICCP", "ALPH":
		default:
			continue
		}
		if !ok {
			return webp{}, false
		}
		w.data = append(w.data, chunk...)
	}
	if pictures != 1 || canvas.width != 0 && (canvas.width != w.width || canvas.height != w.height) {
		return webp{}, false
	}
	binary.LittleEndian.PutUint32(w.data[4:], uint32(len(w.data)-8))
	return w, true
}

func uint24(b []byte) uint32 { return uint32(b[0]) | uint32(b[1])<<8 | uint32(b[2])<<16 }

// sizeOfVP8 reads the header of a key frame (RFC 6386, 9.1), whose first partition must be there.
func sizeOfVP8(b []byte) (width, height int, ok bool) {
	if len(b) < 10 || b[0]&1 != 0 || string(b[3:6]) != "\x9d\x01\x2a" || int64(uint24(b)>>5) > int64(len(b)-10) {
		return 0, 0, false
	}
	return int(binary.LittleEndian.Uint16(b[6:]) & 0x3fff), int(binary.LittleEndian.Uint16(b[8:]) & 0x3fff), true
}

// sizeOfVP8L reads the header of a lossless picture (RFC 9649, 3.4).
func sizeOfVP8L(b []byte) (width, height int, ok bool) {
	if len(b) < 6 || b[0] != 0x2f {
		return 0, 0, false
	}
	n := binary.LittleEndian.Uint32(b[1:])
	return 1 + int(n&0x3fff), 1 + int(n>>14&0x3fff), n>>29 == 0
}
