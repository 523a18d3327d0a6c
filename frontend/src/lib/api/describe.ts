import { errors, fieldErrors } from '#lib/messages';
import { ApiError } from './errors.ts';

/** What a person is told about a failure. */
export interface Description {
	/** Readable text: what happened and what to do. */
	text: string;
	/** Text per field, by the field's JSON path. */
	fields: Record<string, string>;
	/** The request's id, shown apart from the text. */
	reference: string;
	retryAfterSeconds: number;
}

/**
 * The one place where a failure becomes text. A part of the app can bring texts for codes of its own,
 * which say of a conflict what it is about.
 */
export function describe(error: unknown, texts: Record<string, string> = {}): Description {
	if (!(error instanceof ApiError)) {
		return { text: errors.client, fields: {}, reference: '', retryAfterSeconds: 0 };
	}
	const fields: Record<string, string> = {};
	for (const field of error.fields) {
		fields[field.name] ??=
			lookup(texts, field.code) ??
			lookup(fieldErrors, field.code) ??
			(field.message || fieldErrors.invalid);
	}
	const reason = error.code === 'conflict' ? error.fields[0]?.code : undefined;
	return {
		text:
			lookup(texts, reason ?? '') ?? lookup(errors, error.code) ?? (error.message || errors.client),
		fields,
		reference: error.status >= 500 ? error.requestId : '',
		retryAfterSeconds: error.retryAfterSeconds
	};
}

function lookup(texts: Record<string, string>, code: string): string | undefined {
	return Object.hasOwn(texts, code) ? texts[code] : undefined;
}
