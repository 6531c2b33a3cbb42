ALTER TABLE "build_variables" DROP CONSTRAINT "build_variables_project_id_name_pk";--> statement-breakpoint
ALTER TABLE "build_variables" ADD COLUMN "id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL;--> statement-breakpoint
CREATE UNIQUE INDEX "build_variables_name" ON "build_variables" USING btree ("project_id","name");