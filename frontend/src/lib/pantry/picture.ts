/** The longest side of a picture, in pixels: sharp on a phone, and small in the database. */
const SIDE = 1000;

/** How large a picture is shown that was taken so large. */
export function fitted(
	width: number,
	height: number,
	side = SIDE
): { width: number; height: number } {
	const scale = Math.min(1, side / Math.max(width, height));
	return {
		width: Math.max(1, Math.round(width * scale)),
		height: Math.max(1, Math.round(height * scale))
	};
}

/** Turned the right way up, made smaller, and without all that a camera writes into its files. */
export async function smaller(file: Blob): Promise<Blob> {
	const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' });
	try {
		const { width, height } = fitted(bitmap.width, bitmap.height);
		const canvas = document.createElement('canvas');
		canvas.width = width;
		canvas.height = height;
		const context = canvas.getContext('2d');
		if (!context) throw new Error('no canvas');
		context.fillStyle = '#fff';
		context.fillRect(0, 0, width, height);
		context.drawImage(bitmap, 0, 0, width, height);
		return await new Promise<Blob>((go, fail) =>
			canvas.toBlob((blob) => (blob ? go(blob) : fail(new Error('no blob'))), 'image/jpeg', 0.82)
		);
	} finally {
		bitmap.close();
	}
}
