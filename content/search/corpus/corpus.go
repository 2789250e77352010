// Package corpus makes passages for measuring the search: made-up opinions in
// the words of such opinions, as frequent and as rare as words are (Zipf), the
// same for the same seed.
//
// It must not know how they are indexed. Nothing here is about anybody.
//
// Start reading at Write.
package corpus

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"rectify/content/search"
)

// common are the words that everybody writes, most frequent first.
const common = "整改 问题 建议 希望 群众 没有 工作 情况 落实 部门 加强 管理 我们 小区 已经 及时 处理 服务 公开 反映 道路 学校 医院 公园 垃圾 停车 路灯 图书馆 开放 时间 " +
	"屏幕 显示 排队 窗口 办理 材料 补贴 发放 社区 干部 巡察 通报 完成 进度 责任 单位 措施 长期 坚持 监督 检查 收费 标准 价格 公交 站牌 线路 晚点 施工 噪音 扬尘 绿化 河道 污水 气味 消防 通道 占用 " +
	"充电 电梯 维修 物业 业委会 公示 账目 养老 食堂 儿童 活动 场地 健身 器材 破损 更换 厕所 清洁 热线 电话 无人 接听 态度 耐心 解释 政策 文件 网站 更新 链接 失效 手机 老人 不便 无障碍 坡道 盲道 红绿灯 斑马线 限速 " +
	"文化 旅游 景区 门票 导游 讲解 展览 文物 保护 修缮 资金 使用 采购 招标 合同 验收 档案 会议 学习 党员 作风 形式主义 基层 减负 调研 走访 台账 销号 回头看"

// rareShare is how many words there are with the common ones.
const rareShare = 20_000

// Source makes passages.
type Source struct {
	rng   *rand.Rand
	words []string
	zipf  *rand.Zipf
	first time.Time
}

// New is a source of passages spread over the years after first.
func New(seed uint64) *Source {
	rng := rand.New(rand.NewPCG(seed, seed)) //nolint:gosec // the same for the same seed is what is wanted
	words := strings.Fields(common)
	for len(words) < rareShare {
		n := 2 + rng.IntN(2)
		w := make([]rune, n)
		for i := range w {
			w[i] = rune(0x4e00 + 5*min(int(rng.ExpFloat64()*450), 3500)) //nolint:gosec // in the basic plane
		}
		words = append(words, string(w))
	}
	return &Source{
		rng: rng, words: words, zipf: rand.NewZipf(rng, 1.08, 4, uint64(len(words)-1)), //nolint:gosec // a length
		first: time.Date(2023, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// Write makes the n-th of total passages: an opinion of 60 to 260 characters,
// the later the higher n.
func (s *Source) Write(n, total int) search.Group {
	var b strings.Builder
	length := 60 + s.rng.IntN(200)
	for size, since := 0, 0; size < length; {
		w := s.words[s.zipf.Uint64()]
		b.WriteString(w)
		size += len(w) / 3
		if since += len(w) / 3; since > 6+s.rng.IntN(14) {
			b.WriteString([]string{"，", "。", "，", "；", "、"}[s.rng.IntN(5)])
			since = 0
		}
		if s.rng.IntN(40) == 0 {
			fmt.Fprintf(&b, "%d号", 1+s.rng.IntN(400))
		}
	}
	b.WriteString("。")
	day := s.first.AddDate(0, 0, n*3*365/max(total, 1))
	number := fmt.Sprintf("%d-%06d", day.Year(), n+1)
	return search.Group{Name: "opinion/" + number, Rev: "3", Docs: []search.Document{{
		Kind: search.Opinion, Key: number, Notice: fmt.Sprintf("notice-%d", s.rng.IntN(40)), Item: fmt.Sprintf("%d-%d", 1+s.rng.IntN(9), 1+s.rng.IntN(4)),
		Status: []string{"accepted", "answered", "closed"}[s.rng.IntN(3)], Body: "临水市文化和旅游局", Year: day.Year(), At: day,
		Title: "留言 " + number, Text: b.String(),
	}}}
}

// Queries are what is asked of the passages: a common word, a rare one, one
// character, two words, a phrase that is none of the words, and what is found
// nowhere.
func (s *Source) Queries() []search.Query {
	text := func(q string) search.Query { return search.Query{Text: q} }
	return []search.Query{
		text("整改"), text(s.words[800]), text(s.words[9000]), text("路"), text("电梯 维修"), text("图书馆"), text("路灯整改"), text("形式主义 2号"),
		text(s.words[5000] + " 整改"), text("没有图书馆开放时间"), text("量子纠缠"), {Text: "问题", Status: "answered", Year: 2024},
	}
}
