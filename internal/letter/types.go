package letter

import "strings"

// usual are the types of files by their ending; the first ending of a type is the
// one a nameless file gets. The system's own table differs from machine to machine.
var usual = []struct{ extension, kind string }{
	{".txt", "text/plain"}, {".html", "text/html"}, {".htm", "text/html"}, {".csv", "text/csv"}, {".ics", "text/calendar"}, {".vcf", "text/vcard"}, {".vcf", "text/x-vcard"}, {".log", "text/plain"}, {".xml", "text/xml"},
	{".jpg", "image/jpeg"}, {".jpeg", "image/jpeg"}, {".jpg", "image/jpg"}, {".jpg", "image/pjpeg"}, {".png", "image/png"}, {".gif", "image/gif"}, {".webp", "image/webp"}, {".bmp", "image/bmp"}, {".tif", "image/tiff"}, {".tiff", "image/tiff"}, {".svg", "image/svg+xml"}, {".heic", "image/heic"},
	{".pdf", "application/pdf"}, {".zip", "application/zip"}, {".zip", "application/x-zip-compressed"}, {".rar", "application/vnd.rar"}, {".7z", "application/x-7z-compressed"}, {".gz", "application/gzip"},
	{".doc", "application/msword"}, {".xls", "application/vnd.ms-excel"}, {".ppt", "application/vnd.ms-powerpoint"}, {".rtf", "application/rtf"}, {".json", "application/json"},
	{".docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}, {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"}, {".pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"},
	{".odt", "application/vnd.oasis.opendocument.text"}, {".ods", "application/vnd.oasis.opendocument.spreadsheet"},
	{".eml", "message/rfc822"}, {".asc", "application/pgp-signature"}, {".p7s", "application/pkcs7-signature"}, {".p7s", "application/x-pkcs7-signature"}, {".p7m", "application/pkcs7-mime"}, {".p7m", "application/x-pkcs7-mime"},
	{".mp3", "audio/mpeg"}, {".wav", "audio/wav"}, {".ogg", "audio/ogg"}, {".m4a", "audio/mp4"}, {".mp4", "video/mp4"}, {".mov", "video/quicktime"},
}

var kinds, extensions = func() (map[string]string, map[string]string) {
	byExtension, byKind := map[string]string{}, map[string]string{}
	for _, u := range usual {
		if byExtension[u.extension] == "" {
			byExtension[u.extension] = u.kind
		}
		if byKind[u.kind] == "" {
			byKind[u.kind] = u.extension
		}
	}
	return byExtension, byKind
}()

// extension is the usual ending of files of a type, "" when there is none.
func extension(kind string) string { return extensions[kind] }

// typeByName is the type of a file that came without one.
func typeByName(name string) string {
	if i := strings.LastIndexByte(name, '.'); i >= 0 {
		if t := kinds[strings.ToLower(name[i:])]; t != "" {
			return t
		}
	}
	return "application/octet-stream"
}
