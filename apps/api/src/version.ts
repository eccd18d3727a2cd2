/** Version of the API that clients are written for. It is what they are told, whatever the version of this package. */
export const API_VERSION = '2.24.2';
