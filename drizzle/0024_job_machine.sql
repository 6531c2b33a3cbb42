ALTER TABLE "runtime_jobs" ADD COLUMN "machine_id" uuid;--> statement-breakpoint
CREATE UNIQUE INDEX "runtime_jobs_machine" ON "runtime_jobs" USING btree ("machine_id");--> statement-breakpoint
CREATE INDEX "project_holders_holder" ON "project_holders" USING btree ("holder_id");