import { Module } from '@nestjs/common';
import { ImagesModule } from '../images/images.module.js';
import { ProjectsModule } from '../projects/projects.module.js';
import { AllDatasetsController } from './all-datasets.controller.js';
import { DatasetTransferController } from './dataset-transfer.controller.js';
import { DatasetImporter } from './import/dataset-importer.js';
import { DatasetsController } from './datasets.controller.js';

/** Datasets, without and with their images. */
@Module({
  imports: [ProjectsModule, ImagesModule],
  controllers: [DatasetTransferController, DatasetsController, AllDatasetsController],
  providers: [DatasetImporter],
})
export class DatasetsModule {}
