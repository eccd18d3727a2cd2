export {
  appendToUpload,
  assignUpload,
  beginUpload,
  dropUpload,
  dropUploadsOfActivity,
  readUpload,
  sweepAbandonedUploads,
  UPLOAD_CHUNK_BYTES,
} from './upload.queries.js';
