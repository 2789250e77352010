package render

import "strings"

// units are runs of official Chinese after which a title may turn its line.
// Longer ones stand before their own beginnings.
func units() []string {
	return []string{
		"整改进展情况的", "整改情况的", "进展情况的", "落实情况的", "情况的", "整改进展情况", "反馈意见",
		"专项巡察", "专项巡视", "专项检查", "巡察", "巡视", "党组关于", "关于", "党组", "市委", "省委", "县委", "文化和旅游局",
		"不到位", "不够", "不足", "不力", "不严", "不深入", "有差距", "整改", "问题", "，", "、", "；", "：", "”", "》", "）", "的",
	}
}

// Phrases cuts a title where its line may turn, so that no word is torn.
func Phrases(title string) []string {
	var parts []string
	from := 0
	for at := 0; at < len(title); {
		step := 0
		for _, u := range units() {
			if strings.HasPrefix(title[at:], u) {
				step = len(u)
				break
			}
		}
		if step == 0 {
			at++
			continue
		}
		at += step
		// A closing mark stays with the phrase before it.
		if at < len(title) && !strings.ContainsAny(firstRune(title[at:]), "，、；：”》）。？！") && len([]rune(title[from:at])) > 1 {
			parts = append(parts, title[from:at])
			from = at
		}
	}
	if from < len(title) {
		parts = append(parts, title[from:])
	}
	if n := len(parts); n > 1 && len([]rune(parts[n-1])) == 1 {
		parts = append(parts[:n-2], parts[n-2]+parts[n-1])
	}
	return parts
}

func firstRune(s string) string {
	for _, r := range s {
		return string(r)
	}
	return ""
}
