import { Module } from '@nestjs/common';
import { UploadSweeper } from './upload-sweeper.js';

/** Files that were sent and that no activity has taken over yet. */
@Module({ providers: [UploadSweeper] })
export class UploadsModule {}
