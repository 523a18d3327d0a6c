/** Says of each line of the tray what is wrong with it, from fields such as lines.3.expires. */
export function problemsByLine(
	fields: Record<string, string>,
	sent: { id: string }[]
): Record<string, string> {
	const problems: Record<string, string> = {};
	for (const [field, text] of Object.entries(fields)) {
		const item = sent[Number(/^lines\.(\d+)\./.exec(field)?.[1] ?? NaN)];
		if (item) problems[item.id] ??= text;
	}
	return problems;
}
