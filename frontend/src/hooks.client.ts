import './app.css';
import type { HandleClientError } from '@sveltejs/kit/hooks';
import { ApiError, networkError } from '#lib/api/errors.ts';
import { describe } from '#lib/api/describe.ts';

/** Turns whatever a page's `load` threw into what the error page shows. */
export const handleError: HandleClientError = ({ kind, error }) => {
	if (kind !== 'unknown') return;
	const failure =
		error instanceof ApiError
			? error
			: isMissingChunk(error)
				? networkError()
				: new ApiError({ status: 500, code: 'client' });
	return {
		status: failure.status || 503,
		message: describe(failure).text,
		code: failure.code,
		reference: failure.requestId
	};
};

function isMissingChunk(error: unknown): boolean {
	return error instanceof TypeError && /import|fetch|module/i.test(error.message);
}
