package signin

import (
	"testing"
	"time"
)

func TestProvenAt(t *testing.T) {
	begin := time.Unix(1_800_000_000, 0)
	now := begin.Add(4 * time.Minute) // somebody looked for the second factor
	never := time.Time{}
	for name, c := range map[string]struct {
		at     time.Time
		reauth bool
		told   bool
		want   time.Time
	}{
		"signed in there an hour ago":                    {begin.Add(-time.Hour), false, true, begin.Add(-time.Hour)},
		"signed in there just now":                       {now, false, true, now},
		"a clock that is ahead a little":                 {now.Add(20 * time.Second), false, true, now},
		"a clock that is far ahead":                      {now.Add(31 * time.Second), false, true, never},
		"when is not told":                               {never, false, false, never},
		"asked again":                                    {begin.Add(time.Minute), true, true, now},
		"asked again, by a clock that is behind":         {begin.Add(-30 * time.Second), true, true, now},
		"asked again, at the very end of the tolerance":  {begin.Add(-35 * time.Second), true, true, now},
		"not asked again":                                {begin.Add(-36 * time.Second), true, true, never},
		"not asked again, minutes ago":                   {begin.Add(-5 * time.Minute), true, true, never},
		"asked again, a clock ahead":                     {now.Add(30 * time.Second), true, true, now},
		"asked again, a clock far ahead":                 {now.Add(time.Minute), true, true, never},
		"asked again, when is left out":                  {never, true, true, never},
		"asked again, when is left out and never listed": {never, true, false, now},
	} {
		t.Run(name, func(t *testing.T) {
			got := provenAt(c.at, flow{Reauth: c.reauth, began: begin}, c.told, now)
			if !got.Equal(c.want) {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
