export const toasts = {
	label: 'Messages',
	undo: 'Undo',
	undoOf: (what: string) => `Undo: ${what}`,
	undoing: 'Undoing …',
	dismiss: 'Dismiss'
};
