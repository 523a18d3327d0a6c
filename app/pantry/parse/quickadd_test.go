package parse_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"pantrie/app/pantry/parse"
	"pantrie/db/dated"
)

// quickly writes what a line was read as: "2 pack | Nudeln | 2026-11-30 day | 31.11.=date_impossible".
func quickly(q parse.Quick) string {
	amount := ""
	if q.Amount != 0 || q.Unit != "" {
		amount = parse.Measured{Amount: q.Amount, Unit: q.Unit}.String()
	}
	parts := []string{amount, q.Name, told(q.Expiry)}
	for _, u := range q.Unread {
		parts = append(parts, u.Text+"="+u.Code)
	}
	return strings.Join(parts, " | ")
}

func TestQuickAdd(t *testing.T) {
	today := onDay(t, "2026-07-24") // a Friday
	for _, tt := range []struct{ text, want string }{
		{"milk", " | milk | "},
		{"2 milk 30.11.", "2 | milk | 2026-11-30 day"},
		{"milk 30.11.", " | milk | 2026-11-30 day"},
		{"1,5 kg flour 1126", "1.5 kg | flour | 2026-11-30 month"},
		{"flour 1.5kg", "1.5 kg | flour | "},
		{"3x yoghurt +1w", "3 | yoghurt | 2026-07-31 day"},
		{"2 Packungen Nudeln", "2 pack | Nudeln | "},
		{"500 g Mehl Type 405", "500 g | Mehl Type 405 | "},
		{"  2   milk\t30.11.  ", "2 | milk | 2026-11-30 day"},
		{"milk, 2 l, 30.11.", "2 l | milk | 2026-11-30 day"},

		// Amounts in front.
		{"½ Melone", "0.5 | Melone | "}, {"1½ l Milch", "1.5 l | Milch | "}, {"1 1/2 kg flour", "1.5 kg | flour | "}, {"1 ½ kg flour", "1.5 kg | flour | "}, {"1/4 l Sahne", "0.25 l | Sahne | "},
		{"3/4 Melone", "0.75 | Melone | "}, {"1.5 milk", "1.5 | milk | "}, {"1.25 milk", "1.25 | milk | "}, {"1/8 l Sahne", "0.125 l | Sahne | "}, {"1/8 Melone", "0.125 | Melone | "}, {"+2 milk", "2 | milk | "},
		{"2l Cola", "2 l | Cola | "}, {"12.10 kg potatoes", "12.1 kg | potatoes | "}, {"3 x yoghurt", "3 | yoghurt | "}, {"3× yoghurt", "3 | yoghurt | "}, {"x3 yoghurt", "3 | yoghurt | "}, {"3X Joghurt", "3 | Joghurt | "},
		{"6 x 1,5 l Wasser", "9 l | Wasser | "}, {"6x1,5l Wasser", "9 l | Wasser | "}, {"6 x1.5 l water", "9 l | water | "}, {"6x 330ml beer", "1980 ml | beer | "}, {"2 bottles of milk", "2 bottle | milk | "}, {"2 Dosen Tomaten", "2 can | Tomaten | "},
		{"a can of beans", "1 can | beans | "}, {"ein Pfund Kaffee", "1 pfund | Kaffee | "}, {"halbes Kilo Hack", "0.5 kg | Hack | "}, {"1 Dutzend Eier", "1 dozen | Eier | "}, {"12 fl oz cola", "12 fl oz | cola | "},
		{"250 Gramm Butter", "250 g | Butter | "}, {"1'000 g Zucker", "1000 g | Zucker | "}, {"5000 g Reis", "5000 g | Reis | "}, {"3 Musketeers", "3 | Musketeers | "},

		// Amounts at the end.
		{"milk 2", "2 | milk | "}, {"eggs x12", "12 | eggs | "}, {"eggs 12x", "12 | eggs | "}, {"eggs x 12", "12 | eggs | "}, {"Eier 10 Stück 30.11.", "10 piece | Eier | 2026-11-30 day"}, {"Eier 30.11. 10 Stück", "10 piece | Eier | 2026-11-30 day"},
		{"Mehl 1 1/2 kg", "1.5 kg | Mehl | "}, {"butter 1/2", "0.5 | butter | "}, {"butter ½", "0.5 | butter | "}, {"Wasser 6 x 1,5 l", "9 l | Wasser | "}, {"Cola 0,33l", "0.33 l | Cola | "}, {"Aptamil 2", "2 | Aptamil | "}, {"Nudeln 2 Packungen", "2 pack | Nudeln | "},

		// The first amount is the one; a size after it is part of the name.
		{"2 milk 500 ml", "2 | milk 500 ml | "}, {"2x Nudeln 500g 1127", "2 | Nudeln 500g | 2027-11-30 month"}, {"7up 6 cans", "6 can | 7up | "},

		// Names with numbers in them.
		{"7up", " | 7up | "}, {"+7up", " | +7up | "}, {"2 7up", "2 | 7up | "}, {"7up 2", "2 | 7up | "}, {"7 up", "7 | up | "}, {"4711", " | 4711 | "}, {"4711 Kölnisch Wasser", " | 4711 Kölnisch Wasser | "}, {"1000 Island Dressing", " | 1000 Island Dressing | "},
		{"1664 Bier", " | 1664 Bier | "}, {"2026 Riesling", " | 2026 Riesling | "}, {"Riesling 2023", " | Riesling 2023 | "}, {"Riesling 2027", " | Riesling | 2027-12-31 year"}, {"1,5% milk", " | 1,5% milk | "}, {"1,5 % milk", " | 1,5 % milk | "},
		{"Milch 3.5", " | Milch 3.5 | "}, {"Milch 3,5%", " | Milch 3,5% | "}, {"0.0 Bier", " | 0.0 Bier | "}, {"Zucker 0", " | Zucker 0 | "}, {"00 flour", " | 00 flour | "}, {"0% milk", " | 0% milk | "}, {"0 % Fett", " | 0 % Fett | "}, {"0", " | 0 | "}, {"3-in-1 oil", " | 3-in-1 oil | "}, {"5 spice", "5 | spice | "}, {"Omega 3", " | Omega 3 | "}, {"Vitamin B 12", " | Vitamin B 12 | "}, {"A2 Milch", " | A2 Milch | "},
		{"Mehl Type 1050", " | Mehl Type 1050 | "}, {"Roggenmehl 1150", " | Roggenmehl 1150 | "}, {"Mehl Type 405 1126", " | Mehl Type 405 | 2026-11-30 month"}, {"6er Pack Eier", " | 6er Pack Eier | "}, {"2 in 1 Shampoo", " | 2 in 1 Shampoo | "},
		{"1-2 Äpfel", " | 1-2 Äpfel | "}, {"-18° ice", " | -18° ice | "}, {"-18 °C ice", " | -18 °C ice | "}, {"-7up", " | -7up | "}, {"-2% salt", " | -2% salt | "}, {"WD -40", " | WD -40 | "}, {"2e milk", " | 2e milk | "}, {"Cola 1.25", " | Cola 1.25 | "}, {"After Eight", " | After Eight | "}, {"WD-40", " | WD-40 | "}, {"Haribo 3011", " | Haribo 3011 | "},
		{"2 Dosen", "2 | Dosen | "}, {"Dose", " | Dose | "}, {"2 Gläser 30.11.", "2 | Gläser | 2026-11-30 day"}, {"Mi Goreng", " | Mi Goreng | "}, {"March beer", " | March beer | "}, {"2 Mai Tai", "2 | Mai Tai | "}, {"x", " | x | "}, {"x x", " | x x | "},

		// Dates.
		{"30.11. milk", " | milk | 2026-11-30 day"}, {"30.11 milk", " | milk | 2026-11-30 day"}, {"11/26 2 milk", "2 | milk | 2026-11-30 month"}, {"2 30.11. milk", "2 | milk | 2026-11-30 day"}, {"2026-11-30 milk", " | milk | 2026-11-30 day"},
		{"milk 30.11", " | milk | 2026-11-30 day"}, {"milk 30/11", " | milk | 2026-11-30 day"}, {"milk 3/8", " | milk | 2026-08-03 day"}, {"milk 5.8.", " | milk | 2026-08-05 day"}, {"milk 30.11.26", " | milk | 2026-11-30 day"}, {"milk 301126", " | milk | 2026-11-30 day"},
		{"milk 11/26", " | milk | 2026-11-30 month"}, {"milk 11.26", " | milk | 2026-11-30 month"}, {"milk 11/2026", " | milk | 2026-11-30 month"}, {"milk 2026-11", " | milk | 2026-11-30 month"}, {"milk nov 26", " | milk | 2026-11-30 month"}, {"milk November", " | milk | 2026-11-30 month"},
		{"milk 30. November", " | milk | 2026-11-30 day"}, {"milk 30 nov 2026", " | milk | 2026-11-30 day"}, {"milk 30. 11. 2026", " | milk | 2026-11-30 day"}, {"milk Nov 30, 2026", " | milk | 2026-11-30 day"}, {"Saft 30 11", "11 | Saft 30 | "},
		{"milk + 3 d", " | milk | 2026-07-27 day"}, {"+3d milk", " | milk | 2026-07-27 day"}, {"milk +1w 2", "2 | milk | 2026-07-31 day"}, {"milk morgen", " | milk | 2026-07-25 day"}, {"milk Montag", " | milk | 2026-07-27 day"}, {"milk fri", " | milk fri | "},
		{"salt none", " | salt | none"}, {"salt -", " | salt | none"}, {"Salz ohne Datum", " | Salz | none"}, {"milk 2l bis 30.11.", "2 l | milk | 2026-11-30 day"}, {"milk best before 30.11.", " | milk | 2026-11-30 day"}, {"Joghurt MHD: 30.11.", " | Joghurt | 2026-11-30 day"},
		{"milk 30.11. fresh", " | milk fresh | 2026-11-30 day"}, {"milk 30.11. 1.12.", " | milk 30.11. | 2026-12-01 day"}, {"heute", " | heute | "}, {"November", " | November | "}, {"1126", " | 1126 | "},

		// Not understood.
		{"milk 31.11.", " | milk |  | 31.11.=date_impossible"}, {"2 milk 31.11.2026", "2 | milk |  | 31.11.2026=date_impossible"}, {"milk 30.11.2099", " | milk |  | 30.11.2099=date_implausible"},
		{"1/3 Melone", " | Melone |  | 1/3=amount_not_exact"}, {"1.000 g Mehl", " | Mehl |  | 1.000 g=amount_ambiguous"}, {"99999999999 g Mehl", " | Mehl |  | 99999999999 g=amount_too_large"},
		{"", " |  |  | =required"}, {"\u200b \x00", " |  |  | =required"}, {"30.11.", " |  | 2026-11-30 day | =name_missing"}, {"500 g", "500 g |  |  | =name_missing"}, {"2 30.11.", "2 |  | 2026-11-30 day | =name_missing"},
		{"bis 30.11.", " |  | 2026-11-30 day | =name_missing"}, {"0 30.11.", " |  | 2026-11-30 day | 0=amount_zero | =name_missing"}, {"-2 kg", " |  |  | -2 kg=amount_negative | =name_missing"},

		// Amounts that nothing can have are no names.
		{"-2 milk", " | milk |  | -2=amount_negative"}, {"−2 milk", " | milk |  | −2=amount_negative"}, {"-½ milk", " | milk |  | -½=amount_negative"}, {"-2 kg rice", " | rice |  | -2 kg=amount_negative"}, {"-5kg nails 30.11.", " | nails | 2026-11-30 day | -5kg=amount_negative"},
		{"-2x milk", " | milk |  | -2x=amount_negative"}, {"rice -2 kg", " | rice |  | -2 kg=amount_negative"}, {"0 milk", " | milk |  | 0=amount_zero"}, {"+0 milk", " | milk |  | 0=amount_zero"}, {"0x milk", " | milk |  | 0x=amount_zero"}, {"eggs x0", " | eggs |  | x0=amount_zero"},
		{"0 g sugar", " | sugar |  | 0 g=amount_zero"}, {"0.0 kg rice", " | rice |  | 0.0 kg=amount_zero"}, {"rice 0 kg", " | rice |  | 0 kg=amount_zero"}, {"6 x 0 l water", " | water |  | 6 x 0 l=amount_zero"},
		{"999999999999 milk", " | milk |  | 999999999999=amount_too_large"}, {"999999999999", " | 999999999999 | "}, {"4006381333931", " | 4006381333931 | "}, {"1e9 milk", " | milk |  | 1e9=amount_invalid"}, {"1,5E-3 kg milk", " | milk |  | 1,5E-3 kg=amount_invalid"},

		// There is no such month; sizes and blends are names.
		{"cheese 99.99.", " | cheese |  | 99.99.=date_impossible"}, {"cheese 13/26", " | cheese |  | 13/26=date_impossible"}, {"13/26 cheese", " | cheese |  | 13/26=date_impossible"}, {"cheese 13/2027", " | cheese |  | 13/2027=date_impossible"}, {"cheese use by 13/26", " | cheese |  | 13/26=date_impossible"},
		{"shrimps 21/25", " | shrimps 21/25 | "}, {"beef 80/20", " | beef 80/20 | "}, {"oil 15/40", " | oil 15/40 | "},

		// Every script.
		{"🥛 2 l", "2 l | 🥛 | "}, {"2 🍎", "2 | 🍎 | "}, {"👨‍👩‍👧 tea", " | 👨‍👩‍👧 tea | "}, {"2 חלב 30.11.", "2 | חלב | 2026-11-30 day"}, {"\u200f2 חלב\u200f 30.11.\u200e", "2 | חלב | 2026-11-30 day"},
		{"٢ حليب ٣٠/١١", "2 | حليب | 2026-11-30 day"}, {"牛乳 ２", "2 | 牛乳 | "}, {"mi\xfflk 2", "2 | milk | "}, {"=cmd() 2", "2 | =cmd() | "},
	} {
		if got := quickly(parse.QuickAdd(tt.text, today, parse.DayFirst)); got != tt.want {
			t.Errorf("QuickAdd(%q)\n got %s\nwant %s", tt.text, got, tt.want)
		}
	}
}

// What stands before a date says what it means, and is no part of the name.
func TestQuickAddTellsKindsOfDates(t *testing.T) {
	today := onDay(t, "2026-07-24")
	for _, tt := range []struct {
		text string
		name string
		kind dated.Kind
	}{
		{"ham use by 3.12.", "ham", dated.UseBy}, {"ham Use-by: 3.12.", "ham", dated.UseBy}, {"2 ham useby 3.12.2026", "ham", dated.UseBy}, {"ham 3.12. use by", "ham", dated.UseBy}, {"use by 3.12. ham", "ham", dated.UseBy}, {"2 use by 3.12. ham", "ham", dated.UseBy}, {"use by 12/26 ham", "ham", dated.UseBy},
		{"Schinken zu verbrauchen bis 3.12.", "Schinken", dated.UseBy}, {"Schinken zu verbrauchen bis zum 3. Dezember", "Schinken", dated.UseBy}, {"Schinken verbrauchen bis: Montag", "Schinken", dated.UseBy}, {"Hack Verbrauchsdatum 3.12. frisch", "Hack frisch", dated.UseBy},
		{"ham best before 3.12.", "ham", dated.BestBefore}, {"ham BBE 12/26", "ham", dated.BestBefore}, {"Joghurt MHD: 3.12.", "Joghurt", dated.BestBefore}, {"mhd 3.12. Joghurt", "Joghurt", dated.BestBefore}, {"Joghurt mindestens haltbar bis 3.12.", "Joghurt", dated.BestBefore}, {"Joghurt haltbar bis 12/26", "Joghurt", dated.BestBefore},
		{"ham 3.12.", "ham", ""}, {"ham bis 3.12.", "ham", ""}, {"ham expires 3.12.", "ham", ""}, {"ham by 3.12.", "ham", ""}, {"ham use by", "ham use by", ""}, {"Best 3.12.", "Best", ""}, {"Standby 3.12.", "Standby", ""},
		{"use by 3.12.", "", dated.UseBy}, {"ham use by 31.11.", "ham", ""}, {"2 BB cream", "BB cream", ""},
	} {
		if q := parse.QuickAdd(tt.text, today, parse.DayFirst); q.Name != tt.name || q.Kind != tt.kind {
			t.Errorf("QuickAdd(%q) is %q, %q; want %q, %q", tt.text, q.Name, q.Kind, tt.name, tt.kind)
		}
	}
}

func TestQuickAddOfLongLines(t *testing.T) {
	today := onDay(t, "2026-07-24")
	for name, line := range map[string]string{
		"a word": strings.Repeat("ü", 5000), "words": "2 " + strings.Repeat("milk ", 1000), "dates": strings.Repeat("30.11. ", 700), "x": strings.Repeat("x ", 2500), "digits": strings.Repeat("1", 5000), "pictures": strings.Repeat("🍎", 5000),
	} {
		q := parse.QuickAdd(line, today, parse.DayFirst)
		if len(q.Unread) == 0 || q.Unread[0].Code != "too_long" || q.Unread[0].Message == "" || q.Name != strings.TrimSpace(line) {
			t.Errorf("%s: %.100s", name, quickly(q))
		}
	}
	if q := parse.QuickAdd("2 "+strings.Repeat("ü", parse.MaxName)+" 30.11.", today, parse.DayFirst); len(q.Unread) > 0 || q.Amount != 2000 || utf8.RuneCountInString(q.Name) != parse.MaxName {
		t.Errorf("a name as long as can be: %s", quickly(q))
	}
	if q := parse.QuickAdd("2 "+strings.Repeat("ü", parse.MaxName+1), today, parse.DayFirst); len(q.Unread) != 1 || q.Unread[0].Code != "too_long" {
		t.Errorf("a name that is too long: %s", quickly(q))
	}
}

// Whatever a line holds, it gives a name or says that none is there, and its parts are whole.
func FuzzQuickAdd(f *testing.F) {
	for _, seed := range []string{
		"2 milk 30.11.", "1,5 kg flour 1126", "3x yoghurt +1w", "7up", "x3x3x3 a", "x x x 3", "6 x 1,5 l Wasser", "1 1/2 kg", "\xff 2", "30.11. 30.11. 30.11.", "½ ½ ½", "milk , 2 , 30.11. ,", "2 of of", "bis bis 30.11.",
		"٢ حليب", "- - -", "12.10 kg", "half kilo", "2 g g g", "99999999999 g Mehl", "1/3 1/3", "none none", "+1w +1w", "3 in 1", "Nr 12", "\u200e2\u200e milk", "-2 kg use by 3.12.", "mhd mhd 13/26 bis", "1e9 0 x 0 l",
	} {
		f.Add(seed, int32(739821))
	}
	f.Add("2 in the milk b 2", int32(739821))
	f.Add("milk November", int32(-1))
	f.Add("milk 2147", int32(2147483647))
	f.Fuzz(func(t *testing.T, text string, day int32) {
		q := parse.QuickAdd(text, parse.Date(day), parse.DayFirst, "milk", "b 2")
		if !utf8.ValidString(q.Name) || strings.TrimSpace(q.Name) != q.Name || q.Amount < 0 || q.Amount > parse.MaxAmount {
			t.Errorf("QuickAdd(%q) = %s", text, quickly(q))
		}
		named := q.Name != ""
		for _, u := range q.Unread {
			named = named || u.Code == "required" || u.Code == "name_missing"
			if u.Code == "" || u.Message == "" {
				t.Errorf("QuickAdd(%q) = %s", text, quickly(q))
			}
		}
		if !named {
			t.Errorf("QuickAdd(%q) has no name and does not say so: %s", text, quickly(q))
		}
		if q.Expiry.Precision == "" != (told(q.Expiry) == "") || q.Expiry.Guess {
			t.Errorf("QuickAdd(%q) = %s", text, quickly(q))
		}
	})
}
