package main

import (
	"context"
	"errors"
	"fmt"

	"rectify/site/phrase"
)

// demoPhrases are the templates that the made-up office answers with.
func demoPhrases() [][2]string {
	return [][2]string{
		{"办结", "您好！您关于“{{item_title}}”的意见（编号{{number}}）收悉。经核实，情况〔属实或者不属实〕。\n{{office}}已于〔办结日期〕〔做了什么〕，〔现在怎样〕。\n如有不清楚的地方，可以在三十日内追问。"},
		{"正在办理", "您好！您反映的情况（编号{{number}}）我们已经核实。{{office}}正在〔做什么〕，预计〔日期〕前完成，完成后在本页公布结果。\n答复期限是{{due}}，到时会再告诉您进展。"},
		{"需要更多时间", "您好！您的意见（编号{{number}}，{{received}}收到）涉及〔几个单位或者哪道程序〕，需要〔多少天〕才能办完。我们会在〔日期〕前给您答复。"},
		{"咨询：怎么办理", "您好！〔事项〕请到〔地点〕办理，携带〔材料〕，〔时间〕受理，一般〔多少〕个工作日办结。也可以〔网上办理的途径〕。"},
		{"纠错", "您好！感谢指出。通报第{{item}}项中的“〔原文〕”应为“〔改为〕”，已于{{today}}更正，更正记录可以在通报的“版本”页查阅。"},
	}
}

// phrases puts the templates where notices stand.
func (f *demoFill) phrases(ctx context.Context) error {
	p, err := openPlace(ctx, f.stored, "")
	if err != nil {
		return err
	}
	book, err := phrase.Load(ctx, p.notices, phrase.Shared)
	for _, x := range demoPhrases() {
		if err == nil {
			err = book.Set("", x[0], x[1], "qianfa1", f.world.End)
		}
	}
	if err == nil {
		err = book.Save(ctx, p.notices, phrase.Shared)
	}
	if err = errors.Join(err, p.Close()); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return nil
}
