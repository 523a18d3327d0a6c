/**
 * Copies text. Without the clipboard API (plain http) it selects the shown text and tries the old
 * command; the selection stays, so that a person can finish by hand. True when it was copied.
 */
export async function copyText(text: string, shown: HTMLElement): Promise<boolean> {
	try {
		await navigator.clipboard.writeText(text);
		return true;
	} catch {
		const selection = getSelection();
		const range = document.createRange();
		range.selectNodeContents(shown);
		selection?.removeAllRanges();
		selection?.addRange(range);
		try {
			return document.execCommand('copy');
		} catch {
			return false;
		}
	}
}
