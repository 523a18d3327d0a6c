package pantry_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"pantrie/app/pantry"
	"pantrie/auth/fault"
	"pantrie/db"
)

// marked is what no stored picture may have in it.
const marked = "52.5200N 13.4050E"

func drawn(width, height int) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, width, height))
	for x := range width {
		for y := range height {
			m.Set(x, y, color.RGBA{uint8(x * 7), uint8(y * 5), uint8(x ^ y), 255})
		}
	}
	return m
}

func asJPEG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func asPNG(t *testing.T, m image.Image) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// segment is one of a JPEG.
func segment(marker byte, text string) []byte {
	return append(binary.BigEndian.AppendUint16([]byte{0xff, marker}, uint16(len(text)+2)), text...)
}

// chunk is one of a PNG.
func chunk(kind, text string) []byte {
	b := binary.BigEndian.AppendUint32(nil, uint32(len(text)))
	b = append(b, kind+text...)
	return binary.BigEndian.AppendUint32(b, crc32.ChecksumIEEE([]byte(kind+text)))
}

// riff is a WebP of chunks.
func riff(chunks ...string) []byte {
	body := "WEBP" + strings.Join(chunks, "")
	return append(binary.LittleEndian.AppendUint32([]byte("RIFF"), uint32(len(body))), body...)
}

func part(kind, body string) string {
	if len(body)%2 == 1 {
		return kind + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body + "\x00"
	}
	return kind + string(binary.LittleEndian.AppendUint32(nil, uint32(len(body)))) + body
}

func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

const (
	lossyWebP    = "UklGRiIAAABXRUJQVlA4IBYAAAAwAQCdASoBAAEADsD+JaQAA3AAAAAA"
	losslessWebP = "UklGRhoAAABXRUJQVlA4TA0AAAAvAAAAEAcQERGIiP4HAA=="
)

func unbase64(t *testing.T, text string) []byte {
	t.Helper()
	b, err := base64.StdEncoding.DecodeString(text)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSetPhoto(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	small := drawn(64, 48)
	jpg, pngs := asJPEG(t, small), asPNG(t, small)
	lossy, lossless := unbase64(t, lossyWebP), unbase64(t, losslessWebP)
	exif := "Exif\x00\x00" + marked
	extended := func(flags byte, side byte, more ...string) []byte {
		return riff(append([]string{part("VP8X", string([]byte{flags, 0, 0, 0, side, 0, 0, side, 0, 0}))}, more...)...)
	}
	huge := image.NewGray(image.Rect(0, 0, 2001, 3))
	wide := []byte("\x2f" + string(binary.LittleEndian.AppendUint32(nil, 2000)) + strings.Repeat("\x00", 8))
	noise := make([]byte, 900*1200)
	for i := range noise {
		noise[i] = byte(rand.Uint32())
	}
	scan := jpg[bytes.Index(jpg, []byte{0xff, 0xda}) : len(jpg)-2]
	for _, tt := range []struct {
		name string
		data []byte
		mime string
		why  string
	}{
		{"JPEG", jpg, "image/jpeg", ""},
		{"JPEG with everything", joined(jpg[:2], segment(0xe1, exif), segment(0xe0, "JFXX\x00"+marked), segment(0xe2, "MPF\x00"+marked), segment(0xed, "Photoshop 3.0\x00"+marked), segment(0xfe, marked), segment(0xe9, marked), jpg[2:]), "image/jpeg", ""},
		{"JPEG with something behind", joined(jpg, []byte(marked), jpg), "image/jpeg", ""},
		{"PNG", pngs, "image/png", ""},
		{"PNG with everything", joined(pngs[:33], chunk("eXIf", marked), chunk("tEXt", "Location\x00"+marked), chunk("iTXt", marked), chunk("zTXt", marked), chunk("tIME", marked), chunk("prVt", marked), pngs[33:], []byte(marked)), "image/png", ""},
		{"lossy WebP", lossy, "image/webp", ""},
		{"lossless WebP", lossless, "image/webp", ""},
		{"WebP with everything", extended(0x2c, 0, part("ICCP", "profile"), string(lossy[12:]), part("EXIF", marked), part("XMP ", marked), part("ours", marked)), "image/webp", ""},
		{"the largest", asPNG(t, image.NewGray(image.Rect(0, 0, 2000, 2000))), "image/png", ""},
		{"nothing", nil, "", pantry.PhotoInvalid},
		{"a text", []byte("<svg onload=alert(1)>"), "", pantry.PhotoInvalid},
		{"a GIF", []byte("GIF89a\x01\x00\x01\x00"), "", pantry.PhotoInvalid},
		{"too many bytes", append(bytes.Clone(jpg), make([]byte, 10<<20)...), "", pantry.PhotoTooLarge},
		{"too many pixels in a PNG", asPNG(t, huge), "", pantry.PhotoTooLarge},
		{"too many pixels in a JPEG", asJPEG(t, huge), "", pantry.PhotoTooLarge},
		{"too many pixels in a WebP", riff(part("VP8L", string(wide))), "", pantry.PhotoTooLarge},
		{"half a JPEG", jpg[:len(jpg)/2], "", pantry.PhotoInvalid},
		{"a JPEG without its end", jpg[:len(jpg)-2], "", pantry.PhotoInvalid},
		{"half a PNG", pngs[:len(pngs)/2], "", pantry.PhotoInvalid},
		{"a PNG without its end", pngs[:len(pngs)-12], "", pantry.PhotoInvalid},
		{"a PNG that is damaged", append(append(bytes.Clone(pngs[:60]), pngs[60]^1), pngs[61:]...), "", pantry.PhotoInvalid},
		{"half a WebP", lossy[:len(lossy)/2], "", pantry.PhotoInvalid},
		{"a WebP with something behind", joined(lossy, []byte(marked)), "", pantry.PhotoInvalid},
		{"a WebP whose picture is cut off", riff(part("VP8 ", string(lossy[20:30]))), "", pantry.PhotoInvalid},
		{"a WebP without a picture", extended(0, 0), "", pantry.PhotoInvalid},
		{"a WebP that says two sizes", extended(0, 9, string(lossy[12:])), "", pantry.PhotoInvalid},
		{"a WebP that moves", extended(0x02, 0, part("ANIM", "123456"), part("ANMF", strings.Repeat("x", 24))), "", pantry.PhotoInvalid},
		{"a WebP of two pictures", riff(string(lossy[12:]), string(lossless[12:])), "", pantry.PhotoInvalid},
		{"a JPEG that goes through its picture for ever", joined(jpg[:len(jpg)-2], bytes.Repeat(scan, 200), jpg[len(jpg)-2:]), "", pantry.PhotoInvalid},
		{"the start of a JPEG", []byte("\xff\xd8\xff"), "", pantry.PhotoInvalid},
		{"the start of a PNG", []byte("\x89PNG\r\n\x1a\n"), "", pantry.PhotoInvalid},
		{"the start of a WebP", []byte("RIFF\x05\x00\x00\x00WEBPV"), "", pantry.PhotoInvalid},
	} {
		t.Run(tt.name, func(t *testing.T) {
			id := k.product(db.Product{Name: tt.name})
			p, err := k.s.SetPhoto(t.Context(), k.by, id, tt.data)
			if tt.why != "" {
				k.refused(err, fault.ValidationFailed, tt.why)
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			data, mime, sha, err := k.s.Photo(t.Context(), k.by.HouseholdID, p.PhotoID)
			if err != nil || mime != tt.mime {
				t.Fatalf("%s, %v", mime, err)
			}
			if want := sha256.Sum256(data); !bytes.Equal(sha, want[:]) {
				t.Error("another hash")
			}
			if bytes.Contains(data, []byte(marked)) {
				t.Error("it tells where it was taken")
			}
			if mime != "image/webp" {
				if _, _, err := image.Decode(bytes.NewReader(data)); err != nil {
					t.Error(err)
				}
			}
			again, err := k.s.SetPhoto(t.Context(), k.by, id, data)
			if err != nil || again.PhotoID != p.PhotoID {
				t.Errorf("the stored bytes once more: %v", err)
			}
		})
	}
}

// What is stored is stored once, and no longer than a product has it.
func TestPhotosAreKeptOnce(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	ctx := t.Context()
	milk, rice := k.product(db.Product{Name: "Milk"}), k.product(db.Product{Name: "Rice"})
	first, second := asJPEG(t, drawn(20, 20)), asPNG(t, drawn(30, 30))
	set := func(id string, data []byte) string {
		t.Helper()
		p, err := k.s.SetPhoto(ctx, k.by, id, data)
		if err != nil {
			t.Fatal(err)
		}
		return p.PhotoID
	}
	stored := func(want int) {
		t.Helper()
		if list, err := k.db.PhotoIDs(ctx, k.by.HouseholdID); err != nil || len(list) != want {
			t.Errorf("%d photos, want %d, %v", len(list), want, err)
		}
	}
	shared := set(milk, first)
	if set(rice, first) != shared {
		t.Error("the same photo is stored twice")
	}
	stored(1)
	set(milk, second)
	stored(2)
	if p, err := k.s.RemovePhoto(ctx, k.by, rice); err != nil || p.PhotoID != "" {
		t.Errorf("removed: %+v, %v", p, err)
	}
	stored(1)
	_, _, _, err := k.s.Photo(ctx, k.by.HouseholdID, shared)
	k.refused(err, fault.NotFound, "")
	left := set(milk, second)
	_, _, _, err = k.s.Photo(ctx, k.other.HouseholdID, left)
	k.refused(err, fault.NotFound, "")
	_, err = k.s.SetPhoto(ctx, k.other, milk, first)
	k.refused(err, fault.NotFound, "")
	_, err = k.s.RemovePhoto(ctx, k.other, milk)
	k.refused(err, fault.NotFound, "")
	if _, err := k.s.DeleteProduct(ctx, k.by, milk); err != nil {
		t.Fatal(err)
	}
	stored(0)
	var wg sync.WaitGroup
	for n := range 8 {
		wg.Go(func() {
			for range 3 {
				if _, err := k.s.SetPhoto(ctx, k.by, rice, [][]byte{first, second}[n%2]); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	stored(1)
}

// Whatever is cut off or damaged is refused, or is still a picture.
func TestDamagedPhotos(t *testing.T) {
	t.Parallel()
	k := newKitchen(t)
	small := drawn(9, 9)
	for name, data := range map[string][]byte{
		"JPEG": asJPEG(t, small), "PNG": asPNG(t, small), "WebP": unbase64(t, lossyWebP),
		"extended WebP": riff(part("VP8X", "\x08\x00\x00\x00\x00\x00\x00\x00\x00\x00"), string(unbase64(t, losslessWebP)[12:]), part("EXIF", marked)),
	} {
		t.Run(name, func(t *testing.T) {
			for end := range data {
				if _, err := k.s.SetPhoto(t.Context(), k.by, "none", data[:end]); !fault.Is(err, fault.ValidationFailed) {
					t.Errorf("the first %d of %d bytes: %v", end, len(data), err)
				}
			}
			for at := range data {
				for _, bits := range []byte{0x01, 0x80, 0xff} {
					damaged := bytes.Clone(data)
					damaged[at] ^= bits
					if _, err := k.s.SetPhoto(t.Context(), k.by, "none", damaged); !fault.Is(err, fault.ValidationFailed) && !fault.Is(err, fault.NotFound) {
						t.Errorf("byte %d: %v", at, err)
					}
				}
			}
		})
	}
}
