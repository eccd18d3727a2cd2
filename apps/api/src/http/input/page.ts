import { paginationFault, type PageRequest as DomainPageRequest } from '@fractal-server/domain';
import { HttpError } from '../errors/http-error.js';

/** Which part of a list is asked for (contract: auth-admin 1.8). */
export interface PageRequest {
  /** From 1. */
  readonly page: number;
  /** `null`: everything on one page. */
  readonly pageSize: number | null;
}

/** A part of a list, as it is answered. */
export interface Page<T> {
  readonly current_page: number;
  readonly page_size: number;
  readonly total_count: number;
  readonly items: T[];
}

/** @throws {HttpError} 422 whose detail is a text, not a list (contract: auth-admin 1.8) */
export function readPage(asked: DomainPageRequest): PageRequest {
  const fault = paginationFault(asked);
  if (fault !== undefined) throw new HttpError(422, fault);
  return { page: asked.page, pageSize: asked.page_size };
}

/** The rows to skip and to take; no limit when everything is on one page. */
export function offsetAndLimit({ page, pageSize }: PageRequest): { readonly offset: number; readonly limit: number | null } {
  return pageSize === null ? { offset: 0, limit: null } : { offset: (page - 1) * pageSize, limit: pageSize };
}

/** Puts items into the envelope of a page. Without a page size it is the number of all items, hence 0 for an empty list. */
export function pageOf<T>({ page, pageSize }: PageRequest, totalCount: number, items: T[]): Page<T> {
  return { current_page: page, page_size: pageSize ?? totalCount, total_count: totalCount, items };
}
