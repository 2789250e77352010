-- All of a submission, sealed; doc then holds only what stands in clear.
ALTER TABLE submission ADD COLUMN sealed BLOB;
